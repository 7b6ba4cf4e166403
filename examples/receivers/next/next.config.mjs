export default {
  // `tsc` checks all examples.
  typescript: { ignoreBuildErrors: true }
}
