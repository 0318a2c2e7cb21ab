{{ rating_weigh(normalised=ref('normalised'), unit_keys=['unit_code'], methodology=ref('all_methodology')) }}
