package dev.fathom.generate;

/** Why a generation ended. */
public enum FinishReason {
  /** A stop string or a token that ends texts came, or the text is whole. */
  STOP,
  /** There are as many tokens as were asked for, or the context is full. */
  LENGTH
}
