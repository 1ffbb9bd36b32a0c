package dev.fathom.service;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native binary. */
@QuarkusIntegrationTest
class PicturesNativeIT extends PicturesTest {}
