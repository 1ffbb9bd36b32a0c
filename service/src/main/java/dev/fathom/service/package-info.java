/**
 * The service: REST, command line and jobs on top of {@code api}. Start at {@link
 * dev.fathom.service.cli.Main}; {@link dev.fathom.service.FathomConfig} has all settings.
 */
package dev.fathom.service;
