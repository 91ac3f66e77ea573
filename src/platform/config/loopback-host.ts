const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Reports whether a listener on this host is reachable only from its own machine. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}
