package dev.fathom.generate;

/** Why a generation ended. */
public enum FinishReason {
  /** A stop string came. */
  STOP,
  /** There are as many tokens as were asked for, or the context is full. */
  LENGTH
}
