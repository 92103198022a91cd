"""What the plugin brings into Airflow's UI. Airflow does not scan this folder: ``plugins/ytempire_plugin.py`` does."""
