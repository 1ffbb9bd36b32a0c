/**
 * Plots as PNG pictures, drawn without AWT, which a native image lacks. Start at {@link
 * dev.fathom.service.plot.ForecastPlot}, or at {@link dev.fathom.service.plot.OverlayPlot}.
 */
package dev.fathom.service.plot;
