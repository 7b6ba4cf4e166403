/** `maxResponseSize` of the suite's clients, in bytes. */
export const maxResponseSize = 65_536
