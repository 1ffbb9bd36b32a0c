/**
 * The backend in pure Java: Vector API kernels where the module is present, scalar kernels
 * otherwise.
 */
package dev.fathom.backend.java;
