/**
 * Boxes of objects in pictures: how a network tells them, which of many are kept, and how good they
 * are. Start with {@link dev.fathom.box.BoxMap}.
 */
package dev.fathom.box;
