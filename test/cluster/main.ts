import { startCluster } from './cluster.js';

/** Runs one cluster until it is told to end; standard output gets its kubeconfig's path only. */
async function main(): Promise<void> {
  const cluster = await startCluster();
  const { kubectlPath, adminKubeconfigFile } = cluster;
  process.stdout.write(`${adminKubeconfigFile}\n`);
  process.stderr.write(
    `Use it: ${kubectlPath} --kubeconfig ${adminKubeconfigFile} get namespaces` +
      ' (Ctrl-C here stops the cluster and removes it)\n',
  );
  await endRequest();
  await cluster.stop();
}

// Further signals are ignored: npm passes on a Ctrl-C that the terminal has sent already.
function endRequest(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.on('SIGINT', () => resolve()).on('SIGTERM', () => resolve());
  return promise;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
