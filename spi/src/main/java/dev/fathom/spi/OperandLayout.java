package dev.fathom.spi;

/**
 * A private operand layout of one backend. Two operands of one source view and equal layouts can
 * share one packed copy.
 *
 * @param id names everything that the layout depends on, so that equal ids mean equal packing
 * @param dtype type of the packed elements
 * @param elements size of the packed copy, alignment padding included
 */
public record OperandLayout(String id, DType dtype, long elements) {}
