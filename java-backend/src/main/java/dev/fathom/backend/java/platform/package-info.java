/**
 * The virtual machine that runs the backend: whether it is a native image ({@link
 * dev.fathom.backend.java.platform.NativeImage}), and whether it has the Vector API ({@link
 * dev.fathom.backend.java.platform.VectorSupport}).
 *
 * <p>{@code NativeImage} is named in {@code native-image.properties}: it is initialised when an
 * image is built, all other classes of the backend when it runs. Nothing else belongs here.
 */
package dev.fathom.backend.java.platform;
