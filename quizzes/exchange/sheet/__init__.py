"""Questions in tables: Excel workbooks and CSV, in the layouts that Chinese trainers use."""
