/**
 * The choice of a backend, and with it of a device.
 *
 * <p>Start with {@link dev.fathom.device.Backends}: {@code Backends.select("auto")} asks every
 * provider that {@link java.util.ServiceLoader} finds, tests what works here, and gives the best,
 * with the reasons why the others were not taken. A backend that was made for an older SPI is never
 * offered specs or element types that came later.
 */
package dev.fathom.device;
