/**
 * Strict reading of JSON that people write: {@link dev.fathom.json.Fields} reads an object field by
 * field, names the JSON pointer of a wrong one, refuses unknown ones, and writes the same object
 * with every default.
 */
package dev.fathom.json;
