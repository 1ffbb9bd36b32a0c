/**
 * How columns of tables become inputs of a network, the same way in a training and for a request.
 *
 * <p>An {@link dev.fathom.encode.Encoding} makes one input: {@link dev.fathom.encode.Features} of
 * some columns, each by a {@link dev.fathom.encode.ColumnCode}, or {@link
 * dev.fathom.encode.TextTokens} of one column of texts. To add a code, write a record that
 * implements {@code ColumnCode} and name it in {@code Codes}.
 */
package dev.fathom.encode;
