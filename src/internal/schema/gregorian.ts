/**
 * The engine's way to count time, in seconds since the year 0, beside seconds since 1970.
 *
 * @internal
 */

/** Seconds from the year 0 to 1970. */
export const offset = 62_167_219_200

/** True for seconds since the year 0: they reached this bound in 1901, and seconds since 1970 reach it in 3871. */
export const isGregorian = (seconds: number): boolean => seconds > 60_000_000_000
