/** Runs work and returns the errors that would have ended the process meanwhile. */
export async function uncaughtDuring(work: () => Promise<void>): Promise<readonly unknown[]> {
  const known = process.listeners('uncaughtException');
  const caught: unknown[] = [];
  const take = (error: unknown): void => void caught.push(error);
  process.removeAllListeners('uncaughtException').on('uncaughtException', take);
  try {
    await work();
  } finally {
    process.off('uncaughtException', take);
    for (const listener of known) process.on('uncaughtException', listener);
  }
  return caught;
}
