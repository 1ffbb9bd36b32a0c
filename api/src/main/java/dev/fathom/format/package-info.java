/** File formats for weights. */
package dev.fathom.format;
