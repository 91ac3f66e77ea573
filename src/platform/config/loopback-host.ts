const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Whether a listener on this host is reached from its own machine alone. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}
