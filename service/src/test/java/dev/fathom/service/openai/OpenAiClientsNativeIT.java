package dev.fathom.service.openai;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native binary. */
@QuarkusIntegrationTest
class OpenAiClientsNativeIT extends OpenAiClientsTest {}
