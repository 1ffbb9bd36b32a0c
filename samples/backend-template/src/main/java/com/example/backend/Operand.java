package com.example.backend;

/** A buffer, and the element of it at which a view's index 0 lies. */
record Operand(ExampleBuffer buffer, long offset) {}
