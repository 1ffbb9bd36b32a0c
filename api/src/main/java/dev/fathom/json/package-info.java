/**
 * Strict reading of JSON that people write: {@link dev.fathom.json.Fields} reads an object field by
 * field, names the JSON pointer of a wrong one, refuses unknown ones, and writes the same object
 * with every default. {@link dev.fathom.json.Schema} runs the same readers to record the JSON
 * Schema of all that they take.
 */
package dev.fathom.json;
