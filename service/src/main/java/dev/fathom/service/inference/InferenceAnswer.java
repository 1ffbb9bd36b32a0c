package dev.fathom.service.inference;

import dev.fathom.service.OpenModels.Key;
import java.util.List;
import java.util.Optional;

/** What a model answered, whatever form it is sent in. */
record InferenceAnswer(Key model, Optional<String> id, List<OutputTensor> outputs) {}
