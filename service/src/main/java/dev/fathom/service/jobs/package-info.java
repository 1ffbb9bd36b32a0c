/**
 * Trainings as jobs. Start at {@link dev.fathom.service.jobs.Jobs}: one runs, the others wait;
 * every change of a job is in its record in the data directory before anybody is told of it.
 */
package dev.fathom.service.jobs;
