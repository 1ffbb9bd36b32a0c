/**
 * The service: REST, command line and jobs on top of {@code api}. Start at {@link
 * dev.fathom.service.cli.Main}; what can be configured stands in {@link
 * dev.fathom.service.FathomConfig}.
 */
package dev.fathom.service;
