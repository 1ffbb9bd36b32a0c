/**
 * The data directory: models, datasets and trainings on disk.
 *
 * <p>Start with {@link dev.fathom.store.DataDirectory}. One process owns a directory, any number
 * may read it. The layout:
 *
 * <pre>
 * fathom.json                             {"format": 1}
 * lock                                    held by the owner; pid and URL inside
 * staging/                                whatever is half done; emptied when an owner opens
 * models/NAME/VERSION/                    a bundle: model.json, weights.safetensors, ...
 * models/NAME/deletions.json              what was deleted last, and the highest version ever
 * datasets/NAME/dataset.json              lists the files, each in a directory of its own
 * trainings/ID/job.json spec.json         the state record and what was asked for
 * trainings/ID/events.jsonl               one event a line, numbered
 * trainings/ID/checkpoints/last.json      names the directory beside it that counts; also best.json
 * </pre>
 *
 * <p>A bundle is a directory with a {@code manifest.json} that holds size and SHA-256 of each of
 * its files. It is written in {@code staging}, forced to disk and renamed, so it is there whole or
 * not at all. A bundle that can be replaced is reached through one small file, which is replaced by
 * a rename. So after a kill at any moment the directory opens, and everything that was finished is
 * there.
 *
 * <p>JSON is opaque to the store, except for {@code "format": 1} and {@code "checksum"}, which it
 * adds when writing and takes away when reading. A file of a newer format is refused by name. Not
 * checked: that a reader without the lock finds a version that the owner deletes in the same
 * moment.
 *
 * <p>What is damaged stays where it is and keeps nothing else from being used; {@link
 * dev.fathom.store.DataDirectory#damages} names it. An owner that opens removes what no index
 * lists, but only where a checksum proves the index. Names that are none of these, such as {@code
 * lost+found}, are not the store's.
 */
package dev.fathom.store;
