/**
 * Training data: datasets, the files that they are read from, and batches.
 *
 * <p>Start with {@link dev.fathom.data.Dataset}, rows over named columns. {@link
 * dev.fathom.data.Idx} reads the format of MNIST, {@link dev.fathom.data.ArrayDataset} wraps
 * arrays; a new format builds an ArrayDataset or implements Dataset. Files of text are read to a
 * {@link dev.fathom.data.Table} first, by {@code dev.fathom.table} or {@link
 * dev.fathom.data.TextFiles}; {@link dev.fathom.data.Tokens} makes examples of texts, {@link
 * dev.fathom.data.Series} of rows in time. Raw values stay compact (pixels stay bytes) until {@link
 * dev.fathom.data.Batches}, working one thread ahead of the training, copies and {@linkplain
 * dev.fathom.data.Normalisation normalises} them. {@link dev.fathom.data.Split} holds examples
 * back, {@link dev.fathom.data.Shuffle} orders them by seed and epoch alone.
 *
 * <p>Bad values are a {@link dev.fathom.data.DataException} that names the example; a file that
 * does not follow its format is a {@link dev.fathom.format.FormatException} that names the place.
 */
package dev.fathom.data;
