package dev.fathom.template;

/**
 * What is not there: false, empty, and an error in most operations.
 *
 * @param what for messages
 */
record Undefined(String what) {}
