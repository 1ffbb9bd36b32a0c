package dev.fathom.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Something that happened in a training.
 *
 * @param id from 1, rising by one; where events were forgotten, numbers are missing
 * @param time at which it happened
 * @param data its content
 */
public record Event(long id, Instant time, ObjectNode data) {}
