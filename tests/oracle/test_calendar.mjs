// SPDX-License-Identifier: Apache-2.0
import "./check-calendar.mjs";
