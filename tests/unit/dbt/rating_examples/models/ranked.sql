{{ rating_rank(scores=ref('scores'), scope_keys=['scope']) }}
