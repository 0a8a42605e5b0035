package jasyncio.bench.compare;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;

/// Draws charts as SVG files: XChart lays them out, Batik writes what is drawn.
final class Plot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;

  private Plot() {}

  /// Bars in groups, on a logarithmic axis.
  ///
  /// @param series name of each series and its values, in the order of `labels`; NaN for none
  static void bars(
      Path file, String title, String unit, List<String> labels, Map<String, List<Double>> series)
      throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setAvailableSpaceFill(0.9);
    chart.getStyler().setXAxisLabelRotation(20);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setYAxisMin(decadeBelow(series.values().stream().flatMap(List::stream)));
    series.forEach((name, values) -> {
      List<Double> shown = new ArrayList<>();
      values.forEach(value -> shown.add(value.isNaN() ? null : value));
      chart.addSeries(name, labels, shown);
    });
    save(chart, file);
  }

  /// Lines, on two logarithmic axes.
  static void lines(
      Path file,
      String title,
      String sizeTitle,
      String unit,
      Map<String, Map<Double, Double>> series)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(sizeTitle)
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart
        .getStyler()
        .setYAxisMin(
            decadeBelow(series.values().stream().flatMap(points -> points.values().stream())));
    series.forEach((name, points) ->
        chart.addSeries(name, List.copyOf(points.keySet()), List.copyOf(points.values())));
    save(chart, file);
  }

  private static double decadeBelow(Stream<Double> values) {
    double least =
        values
            .filter(value -> !value.isNaN() && value > 0)
            .mapToDouble(Double::doubleValue)
            .min()
            .orElse(1);
    return Math.pow(10, Math.floor(Math.log10(least)));
  }

  private static void save(Chart<?, ?> chart, Path file) throws IOException {
    Styler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    try {
      var document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument("http://www.w3.org/2000/svg", "svg", null);
      SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
      context.setPrecision(1); // labels are drawn as outlines: their digits are most of the file
      context.setComment("");
      SVGGraphics2D graphics = new SVGGraphics2D(context, false);
      chart.paint(graphics, WIDTH, HEIGHT);
      graphics.setSVGCanvasSize(new java.awt.Dimension(WIDTH, HEIGHT));
      Files.createDirectories(file.getParent());
      try (Writer writer = Files.newBufferedWriter(file)) {
        graphics.stream(writer, true);
      }
    } catch (ParserConfigurationException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
