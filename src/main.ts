if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`Sallyport needs Node 24; this is ${process.version}`);
  process.exit(78);
}
// Imported after the check, since older versions fail on what is in there.
const { serve } = await import('./serve.js');
await serve(process.argv.slice(2));
