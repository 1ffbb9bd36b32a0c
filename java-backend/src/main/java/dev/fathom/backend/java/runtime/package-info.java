/**
 * Running a kernel: {@link dev.fathom.backend.java.runtime.JavaQueue} launches a {@link
 * dev.fathom.backend.java.runtime.JavaKernel}, which cuts its work into tasks for the {@link
 * dev.fathom.backend.java.runtime.Workers}.
 *
 * <p>A kernel is immutable and allocates nothing when it is launched. It cuts its work by shape,
 * never by the number of threads: the result is then bitwise the same with any number.
 */
package dev.fathom.backend.java.runtime;
