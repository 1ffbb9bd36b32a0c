/**
 * Text and tokens. Start with {@link dev.fathom.text.Tokenizer}: {@link dev.fathom.text.Bytes},
 * {@link dev.fathom.text.Characters}, {@link dev.fathom.text.Bpe}, which is learned from a text, or
 * {@link dev.fathom.text.Pipeline}, which does what the tokenizer of any published model does.
 *
 * <pre>{@code
 * Bpe bpe = Bpe.train(book, 4096, "<|end|>");
 * int[] tokens = bpe.encode("Call me Ishmael.");
 * String text = bpe.decode(tokens);
 * }</pre>
 *
 * <p>A tokenizer's JSON, ours and Hugging Face's {@code tokenizer.json}, is in {@link
 * dev.fathom.text.Tokenizers}. Text is UTF-8 and nothing else: {@link dev.fathom.text.Utf8} says
 * where bytes are not. A mistake is a {@link dev.fathom.text.TextException} with the place.
 */
package dev.fathom.text;
