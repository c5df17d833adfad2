// threads.h - one piece of work shared by threads.
#pragma once

// Runs work(argument) in that many threads, at least the caller's own, and waits for all.
void threads_run(void *(*work)(void *), void *argument, unsigned jobs);
