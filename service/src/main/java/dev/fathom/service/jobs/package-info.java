/**
 * Trainings as jobs. Start at {@link dev.fathom.service.jobs.Jobs}: one runs, the others wait;
 * whatever happens to one is in its record in the data directory before anybody is told.
 */
package dev.fathom.service.jobs;
