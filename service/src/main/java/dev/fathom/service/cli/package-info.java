/**
 * The command line. The process starts in {@link dev.fathom.service.cli.Main}; each command is one
 * class named after it. To add one, write the class and name it in {@code Main}'s list of
 * subcommands and in the help text of the launcher (a test compares the two). Commands about what a
 * data directory holds ask an {@link dev.fathom.service.cli.Installation}: the service that owns
 * the directory, or the directory itself.
 */
package dev.fathom.service.cli;
