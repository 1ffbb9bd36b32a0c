/**
 * A backend for Fathom, to be copied: the required core in plain Java, and nothing else.
 *
 * <p>Start with {@link com.example.backend.ExampleProvider}. It opens an {@link
 * com.example.backend.ExampleBackend}, whose {@code compile} has one line for each of the five
 * specs of the required core; each line leads to the kernel of that name.
 */
package com.example.backend;
