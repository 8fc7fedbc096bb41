# SPDX-License-Identifier: Apache-2.0
"""Every page that is measured, by who opens it; None: anybody."""
DESK = {'zhoumin': ['/desk', '/desk/concerns', '/desk/concerns?show=late', '/desk/offers', '/desk/review', '/desk/passed-up', '/lead',
                    '/desk/hard', '/desk/hotspots', '/desk/rules', '/desk/rules/sentences', '/desk/rules/handbook.print', '/desk/figures',
                    '/desk/register', '/desk/tour', '/desk/accountability', '/desk/beyond', '/desk/figures/sorts', '/desk/figures/solved',
                    '/desk/redirects', '/desk/reception/figures', '/desk/reception/figures/asked', '/desk/reception/health',
                    '/desk/hard/stock-takes'],
        'shenrui': ['/desk/rulings', '/desk/disputes'], 'chenhaiyan': ['/desk', '/desk/first', '/desk/intake'], 'peixin': ['/desk/callbacks'], 'caoyi': ['/desk/conduct'], 'dengqi': ['/desk/audit'], 'admin': ['/desk/jobs', '/desk/people'],
        None: ['/', '/reception/figures', '/public/concerns', '/hard', '/promises', '/public']}
