/** Returns milliseconds of processor time of this thread: a busy machine adds none. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
