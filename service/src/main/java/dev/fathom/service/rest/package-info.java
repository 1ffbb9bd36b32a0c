/**
 * REST under {@code /api/v1}, and the parts that all HTTP interfaces share: error forms and the
 * strict reading of JSON bodies. Resources are thin; the work is done by {@code jobs} and {@code
 * inference}.
 *
 * <p>{@link dev.fathom.service.rest.Exchanges} takes requests from the wire before a resource sees
 * them, so that slow clients hold no worker; {@link dev.fathom.service.rest.UsesModels} marks what
 * waits for its turn.
 *
 * <p>Every failure, also those of the HTTP server itself, ends in {@link
 * dev.fathom.service.rest.ErrorForm}: problem details (RFC 9457) everywhere but under {@code /v2},
 * whose protocol has its own.
 */
package dev.fathom.service.rest;
