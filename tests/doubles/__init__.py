"""Servers that behave like the providers', stricter than they are. Each is a library for tests and a process for crash tests and benchmarks."""
