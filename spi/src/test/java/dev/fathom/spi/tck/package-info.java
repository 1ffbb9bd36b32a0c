/**
 * The technology compatibility kit for backend plugins, and two backends that show whether the core
 * asks for more than the SPI promises.
 *
 * <p>Start with {@link dev.fathom.spi.tck.BackendTck}. {@link dev.fathom.spi.tck.MinimalBackend}
 * shows the least that a plugin may do; {@link dev.fathom.spi.tck.MockBackend} is as different from
 * a Java array as a device can be.
 */
package dev.fathom.spi.tck;
