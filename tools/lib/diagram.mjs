// Draws a graph of Graphviz as an SVG file: diagram.mjs NODE_MODULES GRAPH PICTURE [--check]
//
// The picture has its own ground in light and in dark mode, so that it can be read on any page. The classes of the nodes in the
// graph choose the colours below.

import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const STYLE = `
  svg { color-scheme: light dark; }
  .ground { fill: #ffffff; }
  text { fill: #1f2328; font-family: Helvetica, Arial, sans-serif; font-size: 13px; }
  .edge path { stroke: #59636e; }
  .edge polygon { fill: #59636e; stroke: #59636e; }
  .edge text { fill: #59636e; font-size: 12px; }
  .outside path { fill: #ffffff; stroke: #59636e; stroke-dasharray: 4 3; }
  .store path { fill: #eef2f6; stroke: #59636e; }
  .function path { fill: #ffe3cf; stroke: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; }
    text { fill: #f0f6fc; }
    .edge path { stroke: #9198a1; }
    .edge polygon { fill: #9198a1; stroke: #9198a1; }
    .edge text { fill: #9198a1; }
    .outside path { fill: #0d1117; stroke: #9198a1; }
    .store path { fill: #1c2733; stroke: #9198a1; }
    .function path { fill: #4a2308; stroke: #f0883e; }
  }
`;

const [modules, graph, picture, check] = process.argv.slice(2);
const package_ = join(modules, "@hpcc-js", "wasm-graphviz", "dist", "index.js");
const { Graphviz } = await import(pathToFileURL(package_).href);

/** Takes out what Graphviz says about itself, and puts in the ground and the colours. */
function styled(svg) {
  const drawing = svg
    .slice(svg.indexOf("<svg"))
    .replace(/<!--.*?-->\n/gs, "")
    .replace(/(width|height)="([\d.]+)pt"/g, '$1="$2"')
    .replace(/ fill="(none|black)"(?= stroke="black")| stroke="black"| font-(family|size)="[^"]*"| xml:space="preserve"/g, "")
    .replace(/(<g [^>]*class="edge"[^>]*>(?:(?!<\/g>).)*?<path)/gs, '$1 fill="none"');
  return drawing.replace(/(<svg[^>]*>\n)/, `$1<style>${STYLE}</style>\n<rect class="ground" width="100%" height="100%" rx="8"/>\n`);
}

const drawn = styled((await Graphviz.load()).layout(readFileSync(graph, "utf8"), "svg", "dot"));
if (!check) {
  writeFileSync(picture, drawn);
} else if (readFileSync(picture, "utf8") !== drawn) {
  console.error(`error: ${relative(".", picture)} is not what ${relative(".", graph)} draws\n  Run: tools/diagram`);
  process.exit(1);
}
