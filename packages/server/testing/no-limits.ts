/** Settings for what sends more within a minute than an app or a person may. */
export const NO_LIMITS = {
  CHARSU_APP_REQUESTS_PER_MINUTE: '0',
  CHARSU_APP_REQUESTS_PER_DAY: '0',
  CHARSU_USER_MESSAGES_PER_MINUTE: '0',
}
