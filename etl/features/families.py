"""The declared features, family by family; ``contract.py`` makes one list of them."""

from __future__ import annotations

from etl.features.feature import Feature, number, windowed

# etl/features/rows.py
ROW = [
    number("rank", "snapshots", "place", "today", "Place in the chart, 1 is first."),
    number("rank_share", "snapshots", "share", "today", "Place divided by the length of the chart."),
    number("log_views", "snapshots", "ln(1+n)", "today", "Views."),
    number("log_likes", "snapshots", "ln(1+n)", "today", "Likes; missing where hidden."),
    number("log_comments", "snapshots", "ln(1+n)", "today", "Comments; missing where hidden."),
    number("like_ratio", "snapshots", "ln", "today", "Likes per view."),
    number("comment_ratio", "snapshots", "ln", "today", "Comments per view."),
    number("like_comment_ratio", "snapshots", "ln", "today", "Likes per comment."),
    number("age_hours", "snapshots+videos", "ln(1+h)", "today", "Time since publication."),
    number("views_per_hour", "snapshots+videos", "ln(1+n/h)", "today", "Views by age."),
    number("likes_per_hour", "snapshots+videos", "ln(1+n/h)", "today", "Likes by age."),
    number("comments_per_hour", "snapshots+videos", "ln(1+n/h)", "today", "Comments by age."),
    number("weekday_sin", "snapshots", "sine", "today", "Day of the week of the chart, as a point of a circle."),
    number("weekday_cos", "snapshots", "cosine", "today", "The other coordinate of it."),
]
STEP = [
    number("days_on_chart", "snapshots", "days", "lookback", "Unbroken stay up to today, 0 = came today."),
    number("days_seen", "snapshots", "days", "lookback", "Earlier days in this chart, unbroken or not."),
    number("rank_change", "snapshots", "places", "last chart", "Places won since the last chart."),
    number("rank_change_2", "snapshots", "places", "last 2 charts", "Places won, one chart earlier."),
    number("rank_change_3", "snapshots", "places", "last 3 charts", "Places won, two charts earlier."),
    number("views_growth", "snapshots", "ln/day", "last chart", "Daily log growth of views."),
    number("views_growth_before", "snapshots", "ln/day", "last 2 charts", "The same, one chart earlier."),
    number("growth_change", "snapshots", "ln/day", "last 2 charts", "Change of the growth of views."),
    number("likes_growth", "snapshots", "ln/day", "last chart", "Daily log growth of likes."),
]

# etl/features/course.py
COURSE: list[Feature] = [
    *windowed("rank_mean", "place", "Its mean place."),
    *windowed("rank_best", "place", "Its best place."),
    *windowed("rank_worst", "place", "Its worst place."),
    *windowed("rank_std", "places", "How much its place varies."),
    *windowed("rank_slope", "places/day", "Places lost a day, by least squares."),
    *windowed("views_growth_mean", "ln/day", "Mean daily log growth of views."),
    *windowed("views_growth_max", "ln/day", "Its greatest daily growth of views."),
    *windowed("views_growth_min", "ln/day", "Its smallest daily growth of views."),
    *windowed("views_growth_std", "ln/day", "How much the growth of views varies."),
    *windowed("views_growth_vs_mean", "ln/day", "Growth of views beyond its own mean."),
    *windowed("likes_growth_mean", "ln/day", "Mean daily log growth of likes."),
    *windowed("likes_growth_std", "ln/day", "How much the growth of likes varies."),
    *windowed("comments_growth_mean", "ln/day", "Mean daily log growth of comments."),
    *windowed("comments_growth_std", "ln/day", "How much the growth of comments varies."),
    *windowed("seen_share", "share", "Share of the country's charts that list it."),
    number("views_growth_3", "snapshots", "ln/day", "last 3 charts", "Growth of views, two charts earlier."),
    number("views_growth_4", "snapshots", "ln/day", "last 4 charts", "Growth of views, three charts earlier."),
    number("likes_growth_before", "snapshots", "ln/day", "last 2 charts", "Growth of likes, one chart earlier."),
    number("comments_growth", "snapshots", "ln/day", "last chart", "Daily log growth of comments."),
    number("comments_growth_before", "snapshots", "ln/day", "last 2 charts", "The same, one chart earlier."),
    number("like_ratio_change", "snapshots", "ln", "last chart", "Change of likes per view."),
    number("like_ratio_change_3", "snapshots", "ln", "last 3 charts", "The same since three charts ago."),
    number("like_ratio_change_7", "snapshots", "ln", "last 7 charts", "The same since seven charts ago."),
    number("comment_ratio_change", "snapshots", "ln", "last chart", "Change of comments per view."),
    number("comment_ratio_change_3", "snapshots", "ln", "last 3 charts", "The same since three charts ago."),
    number("comment_ratio_change_7", "snapshots", "ln", "last 7 charts", "The same since seven charts ago."),
    number("returns", "snapshots", "count", "lookback", "How often it has left the chart and come back."),
    number("days_since_first", "snapshots", "days", "lookback", "Since it was first seen in this chart."),
    number("days_since_best", "snapshots", "days", "lookback", "Since it stood at its best place."),
    number("entry_rank", "snapshots", "place", "lookback", "Its place when its unbroken stay began."),
    number("rank_vs_entry", "snapshots", "places", "lookback", "Places lost since then."),
    number("rank_vs_best", "snapshots", "places", "lookback", "Places lost since its best one."),
    number("age_at_entry", "snapshots+videos", "ln(1+h)", "lookback", "Its age when its unbroken stay began."),
]

# etl/features/rows.py
CHART = [
    number("chart_size", "snapshots", "rows", "today", "Rows in the chart."),
    number("growth_vs_chart", "snapshots", "ln/day", "last chart", "Growth beyond the chart's median."),
    number("views_vs_chart", "snapshots", "ln", "today", "Views relative to the chart's median."),
    number("speed_place", "snapshots+videos", "share", "today", "Share of the chart with fewer views/hour."),
    number("age_place", "snapshots+videos", "share", "today", "Share of the chart that is younger."),
    number("stay_place", "snapshots", "share", "lookback", "Share of the chart that came later than this."),
    number("category_share", "snapshots+videos", "share", "today", "Share of the chart in its category."),
    number("channel_rows", "snapshots+videos", "rows", "lookback", "Earlier rows of its channel in this chart."),
]
# etl/features/turnover.py: of charts before this one, so that what stayed of them is known.
TURNOVER = [
    number("usual_stay", "snapshots", "share", "lookback", "Share of a chart still there a chart later, median."),
    number("last_stay", "snapshots", "share", "last chart", "Share of the last chart that is still there."),
    number("near_stay", "snapshots", "share", "lookback", "Share that stays of the ten ranks around this one, median."),
    number("days_stay", "snapshots", "share", "lookback", "Share that stays of rows as long there as this, median."),
    number("category_stay", "snapshots+videos", "share", "lookback", "Share that stays of its category, median."),
    number("channel_stay", "snapshots+videos", "share", "lookback", "Share of its channel's earlier rows that stayed."),
]

# etl/features/company.py
COMPANY = [
    *(
        number(f"{name}_place", "snapshots+videos", "share", "today", f"Share of the chart with {less}.")
        for name, less in {
            "views": "fewer views", "likes": "fewer likes", "comments": "fewer comments",
            "like_ratio": "fewer likes per view", "comment_ratio": "fewer comments per view",
            "duration": "a shorter video", "growth": "slower growth", "change": "fewer places won",
        }.items()
    ),
    *(
        number(f"{name}_vs_chart", "snapshots+videos", unit, "today", f"{what} relative to the chart's median.")
        for name, unit, what in (
            ("likes", "ln", "Likes"), ("comments", "ln", "Comments"), ("like_ratio", "ln", "Likes per view"),
            ("comment_ratio", "ln", "Comments per view"), ("age", "ln", "Age"), ("speed", "ln", "Views per hour"),
            ("duration", "ln", "Length"), ("days", "days", "Stay"),
        )
    ),
    *(
        number(f"{name}_{side}", "snapshots", unit, window, f"{what} of the next row {side} it.")
        for side in ("above", "below")
        for name, unit, window, what in (
            ("views_gap", "ln", "today", "Views relative to those"),
            ("growth", "ln/day", "last chart", "Growth of views"), ("days", "days", "lookback", "Stay"),
        )
    ),
    number("chart_age", "snapshots+videos", "ln(1+h)", "today", "Median age in the chart."),
    number("chart_age_std", "snapshots+videos", "ln", "today", "How much ages in the chart vary."),
    number("chart_views", "snapshots", "ln(1+n)", "today", "Median views in the chart."),
    number("chart_growth", "snapshots", "ln/day", "last chart", "Median growth in the chart."),
    number("chart_growth_std", "snapshots", "ln/day", "last chart", "How much growth in the chart varies."),
    number("chart_new_share", "snapshots", "share", "last chart", "Share of the chart that came today."),
    number("chart_days", "snapshots", "days", "lookback", "Mean unbroken stay in the chart."),
    number("chart_moves", "snapshots", "places", "last chart", "Mean places won or lost in the chart."),
    number("chart_channels", "snapshots+videos", "share", "today", "Different channels a row."),
    number("chart_variety", "snapshots+videos", "nats", "today", "Entropy of the categories in the chart."),
    number("chart_duration", "snapshots+videos", "ln(1+s)", "today", "Median length in the chart."),
    number("near_new_share", "snapshots", "share", "last chart", "Share of the ten ranks around it that came today."),
    number("near_growth", "snapshots", "ln/day", "last chart", "Mean growth of the ten ranks around it."),
    number("near_days", "snapshots", "days", "lookback", "Their mean unbroken stay."),
    number("views_vs_near", "snapshots", "ln", "today", "Views relative to their mean."),
    number("speed_vs_near", "snapshots+videos", "ln", "today", "Views per hour relative to their mean."),
    number("category_place", "snapshots+videos", "share", "today", "Share of its category that is placed better."),
    number("category_best", "snapshots+videos", "place", "today", "Best place of its category."),
    number("category_rank", "snapshots+videos", "place", "today", "Mean place of its category."),
    number("category_growth", "snapshots+videos", "ln/day", "last chart", "Mean growth of its category."),
    number("growth_vs_category", "snapshots+videos", "ln/day", "last chart", "Growth beyond that."),
    number("category_new_share", "snapshots+videos", "share", "last chart", "Share of its category that came today."),
    number("category_days", "snapshots+videos", "days", "lookback", "Mean unbroken stay in its category."),
    number("channel_rows_today", "snapshots+videos", "rows", "today", "Rows of its channel in this chart."),
    number("channel_best_today", "snapshots+videos", "place", "today", "Best place of its channel in this chart."),
    number("channel_rows_3", "snapshots+videos", "rows", "3 days", "Earlier rows of its channel in this chart."),
    number("channel_rows_7", "snapshots+videos", "rows", "7 days", "The same over a week."),
    number("channel_rank_before", "snapshots+videos", "place", "lookback", "Mean place of those of the look-back."),
    number("channel_days_since", "snapshots+videos", "days", "lookback", "Since its channel last had a row here."),
    number("language_share", "snapshots+videos", "share", "today", "Share of the chart in its language."),
]  # fmt: skip

# etl/features/spread.py: of one day's charts, those known when this one was.
SPREAD = [
    number("spread_share", "snapshots", "share", "today", "Countries whose chart lists it, of those read."),
    number("spread_share_yesterday", "snapshots", "share", "yesterday", "The same, a day earlier."),
    number("spread_share_2", "snapshots", "share", "2 days ago", "The same, two days earlier."),
    number("spread_share_3", "snapshots", "share", "3 days ago", "The same, three days earlier."),
    number("spread_share_7", "snapshots", "share", "7 days ago", "The same, a week earlier."),
    number("spread_change", "snapshots", "share", "yesterday", "Countries won since yesterday."),
    number("spread_change_3", "snapshots", "share", "3 days ago", "Countries won in three days."),
    number("spread_days", "snapshots", "days", "lookback", "Earlier days in any country's chart."),
    number("spread_best_rank", "snapshots", "place", "today", "Its best place in any country."),
    number("spread_best_rank_yesterday", "snapshots", "place", "yesterday", "The same, a day earlier."),
    number("spread_worst_rank", "snapshots", "place", "today", "Its worst place in any country that lists it."),
    number("spread_mean_rank", "snapshots", "place", "today", "Its mean place in the countries that list it."),
    number("spread_mean_rank_yesterday", "snapshots", "place", "yesterday", "The same, a day earlier."),
    number("spread_rank_std", "snapshots", "places", "today", "How much its places differ between countries."),
    number("spread_new_share", "snapshots", "share", "yesterday", "Of the countries that list it, those that did not."),
    number("spread_kept_share", "snapshots", "share", "yesterday", "Of the countries that listed it, those that do."),
    number("spread_peak_share", "snapshots", "share", "lookback", "The most countries that ever listed it."),
    number("spread_days_since_peak", "snapshots", "days", "lookback", "Since then."),
    number("spread_log_views_growth", "snapshots", "ln", "yesterday", "Growth since any chart of yesterday."),
]
# etl/features/record.py: of the channel's earlier rows, up to yesterday.
RECORD = [
    *(
        number(f"record_{name}{what}", "snapshots+videos", unit, "90 days", f"{said} of its channel {where}{alike}.")
        for name, where, alike in (
            ("", "in this country's charts", ""),
            ("days_", "in this country's charts", ", as long there as this"),
            ("world_", "in all countries' charts", ""),
            ("world_days_", "in all countries' charts", ", as long there as this"),
        )
        for what, unit, said in (
            ("rows", "ln(1+n)", "Earlier rows"),
            ("stay", "share", "What stayed of the earlier rows"),
        )
    ),
    number("record_arrivals", "snapshots+videos", "ln(1+n)", "90 days", "Its channel's videos that came to any chart."),
    number("record_rows_per_arrival", "snapshots+videos", "ln(1+n)", "90 days", "Earlier rows for each of them."),
]
PLACING = [
    number("rank_vs_spread", "snapshots", "places", "today", "Places behind its mean place in all countries."),
    number("rank_vs_spread_best", "snapshots", "places", "today", "Places behind its best place in any country."),
]

# etl/features/titles.py and etl/features/rows.py: of the video as it was last seen.
VIDEO = [
    number("log_duration", "videos", "ln(1+s)", "-", "Length of the video."),
    number("is_short", "videos", "0 or 1", "-", "At most three minutes: YouTube's limit of a Short."),
    number("tag_count", "videos", "count", "-", "Tags of the video."),
    number("published_hour_sin", "videos", "sine", "-", "Hour of publication (UTC), as a point of a circle."),
    number("published_hour_cos", "videos", "cosine", "-", "The other coordinate of it."),
    number("published_weekday_sin", "videos", "sine", "-", "Weekday of publication, as a point of a circle."),
    number("published_weekday_cos", "videos", "cosine", "-", "The other coordinate of it."),
    number("title_length", "videos", "characters", "-", "Length of the title."),
    number("title_caps", "videos", "share", "-", "Capitals among the letters of the title."),
    number("title_digits", "videos", "share", "-", "Digits in the title."),
    number("title_emoji", "videos", "count", "-", "Emoji and other symbols in the title."),
    number("title_non_latin", "videos", "share", "-", "Letters of the title that are not Latin."),
    number("title_marks", "videos", "count", "-", "Exclamation, question and hash marks."),
    number("title_words", "videos", "count", "-", "Words of the title."),
    number("title_word_length", "videos", "characters", "-", "Mean length of its words."),
    number("title_caps_words", "videos", "count", "-", "Words of the title all in capitals."),
    number("title_hashtags", "videos", "count", "-", "Hashtags in the title."),
    number("title_brackets", "videos", "count", "-", "Brackets that open in the title."),
    number("title_bars", "videos", "count", "-", "Vertical bars and dashes that part the title."),
    number("title_official", "videos", "0 or 1", "-", "Says 'official'."),
    number("title_featuring", "videos", "0 or 1", "-", "Says 'ft.' or 'feat.'."),
    number("title_trailer", "videos", "0 or 1", "-", "Says 'trailer' or 'teaser'."),
    number("title_live", "videos", "0 or 1", "-", "Says 'live'."),
    number("title_lyrics", "videos", "0 or 1", "-", "Says 'lyric' or 'lyrics'."),
    number("title_episode", "videos", "0 or 1", "-", "Says 'ep', 'episode' or 'part'."),
]
CATEGORIES = [
    Feature("region_code", "category", "snapshots", "ISO 3166", "-", "Country of the chart."),
    Feature("category_id", "category", "videos", "YouTube id", "-", "Category of the video."),
]
