/**
 * Files of tables. Start with {@link dev.fathom.table.TableFile}, which reads one to a {@link
 * dev.fathom.data.Table}.
 *
 * <p>A new format is a {@code TableFormat}, which cuts a file into records, and a line in {@code
 * TableFormat.ALL}; kinds, missing values, classes, means and errors are the same for all. {@code
 * Survey} decides what a column is, {@code Values} keeps it, {@code Remedy} says what to write in a
 * spec where a value does not fit.
 */
package dev.fathom.table;
