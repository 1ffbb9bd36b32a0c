/**
 * What a service must survive, for as long as one likes: {@code .ci/soak MINUTES}. Continuous
 * integration runs each for some seconds. Start at {@link
 * dev.fathom.service.soak.KilledAtRandomIT}.
 */
package dev.fathom.service.soak;
