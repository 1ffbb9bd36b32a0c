package dev.fathom.generate;

/**
 * A text that was generated.
 *
 * @param text without the prompt
 * @param finishReason why it ended
 * @param promptTokens how many tokens the prompt has
 * @param completionTokens how many tokens were generated, those of a stop string with them
 */
public record Completion(
    String text, FinishReason finishReason, int promptTokens, int completionTokens) {}
