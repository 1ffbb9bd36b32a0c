/** The command line: one class per command under {@code Main}. */
package dev.fathom.service.cli;
